"""Courses and sessions in the words of schema.org, for search engines."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from training_app.clock import LOCAL_ZONE
from training_app.config import Settings
from training_app.programme.models import Course, TrainingSession, Venue
from training_app.programme.rules.sessions import Format, PartKind

CONTEXT = "https://schema.org"
# How schema.org names the ways of taking part.
COURSE_MODE = {Format.IN_PERSON: "onsite", Format.ONLINE: "online", Format.BLENDED: "blended"}


def session_markup(session: TrainingSession, settings: Settings) -> dict[str, Any]:
    """A session as an event of learning."""
    return {"@context": CONTEXT, "@type": "EducationEvent", **_instance(session, settings)} | {
        "name": session.course.title,
        "description": _description(session.course),
        "about": _course(session.course, settings),
    }


def course_markup(course: Course, sessions: Sequence[TrainingSession], settings: Settings) -> dict[str, Any]:
    """A course with its dates to come."""
    instances = [
        {"@type": "CourseInstance", "courseMode": COURSE_MODE[session.format], **_instance(session, settings)}
        for session in sessions
    ]
    whole = {"@context": CONTEXT, **_course(course, settings)}
    return whole | ({"hasCourseInstance": instances} if instances else {})


def _course(course: Course, settings: Settings) -> dict[str, Any]:
    return {
        "@type": "Course",
        "name": course.title,
        "description": _description(course),
        "url": f"{settings.base_url}/programme/{course.slug}",
        "provider": _organiser(settings),
        "isAccessibleForFree": True,
    }


def _instance(session: TrainingSession, settings: Settings) -> dict[str, Any]:
    online = session.is_self_paced or any(part.kind is PartKind.ONLINE for part in session.parts)
    in_person = any(part.kind is PartKind.IN_PERSON for part in session.parts)
    address = f"{settings.base_url}/sessions/{session.id}"
    mode = "Mixed" if online and in_person else "Online" if online else "Offline"
    venues = {part.venue.id: part.venue for part in session.parts if part.venue and not part.venue.is_online}
    places = [_place(venue) for venue in venues.values()]
    virtual = [{"@type": "VirtualLocation", "url": address}] if online else []
    facts: dict[str, Any] = {
        "name": session.course.title,
        "url": address,
        "startDate": _moment(session.first_day, session.starts_at),
        "endDate": session.ends_at.isoformat(),
        "eventStatus": f"{CONTEXT}/Event{'Cancelled' if session.is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"{CONTEXT}/{mode}EventAttendanceMode",
        "maximumAttendeeCapacity": session.capacity,
        "isAccessibleForFree": True,
        "organizer": _organiser(settings),
    }
    if places or virtual:
        facts["location"] = (places + virtual)[0] if len(places + virtual) == 1 else places + virtual
    if session.provider:
        facts["performer"] = {"@type": "Organization", "name": session.provider.name}
    return facts


def _place(venue: Venue) -> dict[str, Any]:
    area = {"addressRegion": venue.area.label} if venue.area else {}
    return {
        "@type": "Place",
        "name": venue.name,
        "address": {"@type": "PostalAddress", "streetAddress": venue.name, "addressCountry": "GB", **area},
    }


def _organiser(settings: Settings) -> dict[str, Any]:
    return {"@type": "Organization", "name": settings.site.name, "url": f"{settings.base_url}/programme"}


def _description(course: Course) -> str:
    return course.summary or f"{course.title}: multi-agency safeguarding children training."


def _moment(day: date, at: time) -> str:
    return datetime.combine(day, at, LOCAL_ZONE).isoformat()
