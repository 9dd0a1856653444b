"""Reading a chart back, as a browser would."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from markupsafe import Markup

SVG = "{http://www.w3.org/2000/svg}"


def parse(chart: Markup) -> ET.Element:
    return ET.fromstring(str(chart))


def all_of(chart: Markup, name: str) -> list[ET.Element]:
    return list(parse(chart).iter(SVG + name))


def texts(chart: Markup) -> list[str]:
    return ["".join(found.itertext()) for found in all_of(chart, "text")]


def ids(markup: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', markup)


def percents(chart: Markup) -> list[float]:
    """Every place in percent, and for boxes where they end."""
    places: list[float] = []
    for found in parse(chart).iter():
        for name in ("x", "x1", "x2", "cx"):
            if found.get(name, "").endswith("%"):
                places.append(float(found.get(name, "")[:-1]))
        if found.tag == SVG + "rect" and found.get("x", "").endswith("%"):
            places.append(float(found.get("x", "")[:-1]) + float(found.get("width", "")[:-1]))
    return places


def deepest(chart: Markup) -> float:
    """The lowest point drawn, in pixels from the top."""
    depths = [0.0]
    for found in parse(chart).iter():
        if found.tag == SVG + "rect" and found.get("y"):
            depths.append(float(found.get("y", "0")) + float(found.get("height", "0")))
        elif found.tag == SVG + "text":
            depths.append(float(found.get("y", "0")))
    return max(depths)
