"""Who may see the portal: everyone."""

from civicthread.core.policy import Rule, anyone

RULES = (Rule("portal.read", anyone),)
