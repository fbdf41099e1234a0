"""Registers Guerdon's estimators with verl by being imported: `VERL_USE_EXTERNAL_MODULES=guerdon.verl_advantages`."""

from .verl import register_advantages

register_advantages()
