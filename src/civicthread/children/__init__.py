"""Warm, memory-limited, killable child processes: people's SQL, charts and PDF never run in a web worker."""
