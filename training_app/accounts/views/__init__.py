"""The pages of signing in: by a code, then by a second factor."""

from training_app.accounts.views import second_factor, sign_in

blueprints = (sign_in.blueprint, second_factor.blueprint)
