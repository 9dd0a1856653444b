"""What must hold of every page, checked on each one that any test opens."""

import re
from collections import Counter

import html5lib
from lxml import etree
from werkzeug.test import TestResponse

XHTML = "{http://www.w3.org/1999/xhtml}"
MOST_QUERIES = 30


def check_page(response: TestResponse, site_name: str) -> etree._Element:
    """Hold one HTML page against the house rules and return its parsed tree."""
    text = response.get_data(as_text=True)
    where = f"{response.request.method} {response.request.path}"
    tree = _parse(text, where)
    _check_title(tree, site_name, where)
    _check_ids(tree, where)
    _check_scripts(tree, response, where)
    assert 'style="' not in text, f"{where}: an inline style, which the security policy refuses"
    assert " on" not in text or not re.search(r"<[^>]+\son\w+=", text), f"{where}: an inline event handler"
    assert "None" not in _visible_words(tree), f"{where}: the word None is shown to a person"
    return tree


def _parse(text: str, where: str) -> etree._Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=True)
    tree = parser.parse(text)
    errors = [f"{position}: {code} {details}" for position, code, details in parser.errors]
    assert not errors, f"{where} is not valid HTML: {errors[:5]}"
    return tree.getroot()


def words_of(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _visible_words(tree: etree._Element) -> set[str]:
    main = tree.find(f".//{XHTML}main")
    return set(words_of(main).split()) if main is not None else set()


def _check_title(tree: etree._Element, site_name: str, where: str) -> None:
    headings = tree.findall(f".//{XHTML}h1")
    assert len(headings) == 1, f"{where}: {len(headings)} h1 headings"
    title = words_of(tree.find(f".//{XHTML}title"))
    heading = words_of(headings[0])
    expected = {f"{prefix}{heading} – {site_name}" for prefix in ("", "Error: ")}
    assert title in expected, f"{where}: title “{title}” is not the heading “{heading}” and the site"


def _check_ids(tree: etree._Element, where: str) -> None:
    ids = [element.get("id") for element in tree.iter() if isinstance(element.tag, str) and element.get("id")]
    doubled = [name for name, times in Counter(ids).items() if times > 1]
    assert not doubled, f"{where}: ids used twice: {doubled}"
    for element in tree.iter(f"{XHTML}label"):
        assert element.get("for") in ids, f"{where}: the label “{words_of(element)}” is for nothing"
    for element in tree.iter():
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            named = (element.get(name) or "").split() if isinstance(element.tag, str) else []
            missing = [one for one in named if one not in ids]
            assert not missing, f"{where}: {name} names {missing}, which are not on the page"


def _check_scripts(tree: etree._Element, response: TestResponse, where: str) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'"), f"{where}: {policy}"
    assert "unsafe" not in policy, f"{where}: {policy}"
    for script in tree.iter(f"{XHTML}script"):
        if script.get("type") == "application/ld+json":
            continue
        assert f"'nonce-{script.get('nonce')}'" in policy, f"{where}: a script without this response's nonce"
