"""The pages of bookings: people's own, those of an agency, and the office's."""

from training_app.bookings.views import agency, office, own

blueprints = (own.blueprint, agency.blueprint, office.blueprint)
