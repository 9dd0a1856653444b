"""What the demonstration's courses are about. The partnership's own programme file has no column for it."""

from sqlalchemy import select

from training_app.extensions import db
from training_app.programme.models import Course

DESCRIPTIONS = {
    "Designated Safeguarding Lead (DSL) Initial": (
        "For people who are about to lead on safeguarding in a school, nursery, club or place of worship: "
        "when a worry needs a referral, what to write down, and how to challenge a decision."
    ),
    "Designated Safeguarding Lead (DSL) Refresher": (
        "For safeguarding leads who trained two years ago: what has changed, and a difficult case to work "
        "through with leads from other settings."
    ),
    "Core Awareness in Safeguarding Children and Young People": (
        "The first course for anyone who works or volunteers with children: signs that a child is being "
        "harmed, and what to do with a worry."
    ),
    "Multi Agency Working Together": (
        "A day with colleagues from other agencies on one family’s story: who knows what, who shares it, "
        "and who acts."
    ),
    "Working Together to Achieve an Effective Referral": (
        "How to write a referral that says what you saw, why it worries you and what you want to happen."
    ),
    "Neglect (including the Neglect Toolkit)": (
        "Seeing neglect early, describing it to others, and using the toolkit to show whether it changes."
    ),
    "An Introduction to Child Exploitation": (
        "How children are drawn into sexual and criminal exploitation, what it looks like from outside, and "
        "how agencies disrupt it together."
    ),
    "Signs of Safety (short course)": (
        "The questions behind Signs of Safety: what are we worried about, what is working well, what needs "
        "to happen."
    ),
    "The Voice of the Child": (
        "Listening to children who say little or nothing, and making sure that what they tell you is in the "
        "plan."
    ),
    "Safeguarding Disabled Children": (
        "Why signs of harm are missed in disabled children, and how to ask and listen without words."
    ),
    "Children's Mental Health and Safeguarding": (
        "When distress is also a safeguarding matter, and which service helps with what."
    ),
    "Recognising and responding to child sexual abuse": (
        "Signs that come before words, how to respond when a child tells you, and what happens next. The "
        "subject is hard: you may leave the room at any time, and there is someone to talk to."
    ),
    "Engaging Fathers and Male Carers in Effective Practice": (
        "Finding, inviting and working with the men in a child’s life."
    ),
    "Curious Practitioner": (
        "A briefing on professional curiosity, with learning from recent reviews. Open to all."
    ),
    "Conference on Belonging": "A day for all agencies on what belonging means for children’s safety.",
}


def describe_courses() -> int:
    """Give each of the demonstration's courses its description where it has none; returns how many."""
    courses = db.session.scalars(
        select(Course).where(Course.title.in_(DESCRIPTIONS), Course.summary == "").order_by(Course.id)
    ).all()
    for course in courses:
        course.summary = DESCRIPTIONS[course.title]
    db.session.flush()
    return len(courses)
