"""Made-up names and posts. Any likeness to a real person is chance."""

FIRST_NAMES = (
    "Aaliyah", "Adeel", "Aisling", "Amina", "Anjali", "Arjun", "Beth", "Callum", "Chloë", "Chidi", "Dafydd",
    "Deepa",
    "Eleanor", "Esi", "Farah", "Fergus", "Gemma", "Grace", "Gurpreet", "Hannah", "Hassan", "Imogen", "Isla", "Jaspreet",
    "Joanne", "Kareem", "Kateryna", "Keisha", "Laura", "Lewis", "Magda", "Manjit", "Megan", "Mohammed", "Nadia",
    "Nikhil", "Niamh", "Oliver", "Olu", "Patience", "Priti", "Rachel", "Ravi", "Rhys", "Rosa", "Ruth", "Sadia", "Sam",
    "Shanice", "Siân", "Sofia", "Tariq", "Tessa", "Tomasz", "Uzma", "Victoria", "Wei", "Yusuf", "Zainab", "Zoë",
)
LAST_NAMES = (
    "Abara", "Ahmadi", "Appleyard", "Atwal", "Barrowcliffe", "Beaumanor", "Bhardwaj", "Bradgate", "Castledine",
    "Chowdhry",
    "D’Arcy", "D’Souza", "Dhanda", "Eboh", "Elverston", "Fernhough", "Fosse", "Gadsby", "Ganatra", "Gartree",
    "Hallaton",
    "Hathersage", "Iyer", "Jakubowska", "Joshi-Bell", "Kibworth", "Kowalczyk", "Lathbury", "Lutterworth", "Mahal",
    "Markham", "Mistry-Shaw", "Narborough", "Nwosu", "O’Keefe-Lane", "O’Rourke", "Oadham", "Okonjo", "Panesar",
    "Pochin",
    "Quorndon", "Rearsby", "Rothley", "Saddington", "Shepshed", "Sileby", "Soar", "Stoughton", "Syston", "Tahir-Moss",
    "Thrussington", "Tugby", "Uppingham", "Vaghela", "Wanlip", "Whissendine", "Wigmore", "Wymeswold", "Yelvertoft",
    "Zielińska",
)
# By sector of the agency: what people do there.
POSTS = {
    "local_authority": ("Social worker", "Early help worker", "Family support worker", "Team manager", "Youth worker"),
    "district_council": ("Housing officer", "Community safety officer", "Leisure centre manager"),
    "police": ("Police constable", "Detective constable", "Detective sergeant", "Safer schools officer"),
    "health": ("Health visitor", "School nurse", "Midwife", "Practice nurse", "Community paediatrician"),
    "education": (
        "Teacher", "Teaching assistant", "Designated safeguarding lead", "Nursery manager", "Pastoral lead",
        "Deputy safeguarding lead", "Childminder",
    ),
    "probation": ("Probation officer", "Probation practitioner"),
    "fire": ("Community educator", "Watch manager"),
    "family_court": ("Family court adviser",),
    "voluntary": ("Youth club leader", "Charity worker", "Football club welfare officer", "Scout leader", "Volunteer"),
}
# How often people of each sector come, out of 100.
SECTOR_WEIGHTS = {
    "local_authority": 20, "district_council": 3, "police": 7, "health": 19, "education": 36, "probation": 3, "fire": 1,
    "family_court": 1, "voluntary": 10,
}
