"""The business office's own pages: the sessions it makes and changes, with their courses, venues and providers."""
