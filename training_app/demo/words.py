"""Made-up comments, said the way people say such things. Nobody wrote them."""

MOST_USEFUL = (
    "The case study in small groups. I heard how another agency would have seen the same family.",
    "Being told exactly what a good referral has in it.",
    "Hearing from people outside my own service.",
    "The trainer made a hard subject feel possible to talk about.",
    "Knowing who to ring, and that ringing is fine.",
    "The part about keeping records that someone else can use.",
    "Time to think. We never get that at work.",
)
DO_DIFFERENTLY = (
    "I will ask the father as well, not only the mother.",
    "Write down what I saw before what I think it means.",
    "Take it to supervision the same week.",
    "Ring the other agency instead of sending one more email.",
    "Go through the toolkit with my team on Thursday.",
    "Ask the child, and write their own words down.",
)
MADE_BETTER = (
    "A little longer for questions at the end.",
    "The room was cold and the sound was poor at the back.",
    "More evening dates, please. I volunteer and work in the day.",
    "Slides beforehand would help me.",
)
BY_QUESTION = {"most_useful": MOST_USEFUL, "do_differently": DO_DIFFERENTLY, "better": MADE_BETTER}
