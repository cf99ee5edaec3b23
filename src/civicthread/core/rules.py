"""Who may do what with what core itself offers."""

from civicthread.core.policy import Rule, anyone

RULES = (
    Rule("core.read", anyone),
    Rule("core.search", anyone),
)
