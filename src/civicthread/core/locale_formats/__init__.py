"""How dates are written and read where Django writes and reads them: FORMAT_MODULE_PATH."""
