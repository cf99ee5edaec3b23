"""A programme as data: a folder of YAML files, read and checked as a whole before anything is loaded."""

from .reading import Mistake, ProgrammeError, load
from .schema import Programme

__all__ = ["Mistake", "Programme", "ProgrammeError", "load"]
