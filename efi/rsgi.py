"""The web application as Granian takes it, behind the door; ready to serve as `efi.wsgi` is."""

from efi import wsgi
from efi.running.door import Door
from efi.running.serve import number

application = Door(wsgi.application, number("WEB_THREADS", 4))
