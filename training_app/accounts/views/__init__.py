"""The pages of signing in: by a code, then by a second factor."""

from training_app.accounts.views import late, own, second_factor, sign_in  # noqa: F401 (own adds its page to the blueprint, late marks views)

blueprints = (sign_in.blueprint, second_factor.blueprint)
