"""The settings of an installation, one concern to a file."""

from civicthread.config.settings.base import *
from civicthread.config.settings.editorial import *
from civicthread.config.settings.records import *
from civicthread.config.settings.security import *
from civicthread.config.settings.signin import *
