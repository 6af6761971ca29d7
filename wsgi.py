"""For any WSGI server: `wsgi:app`."""

from studyhall.site import create_app

app = create_app()
