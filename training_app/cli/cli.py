"""The commands that belong to no room."""

from training_app.cli.impact import impact_command
from training_app.cli.programme import programme_commands

shell_commands = (programme_commands,)
shell_commands_without_a_database = (impact_command,)
