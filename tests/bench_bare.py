"""A bare Django view that sends as many bytes as its address says: what ``make bench`` compares with."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path


def view(request, size: int, status: int):
    headers = {} if status == 304 else {"Content-Length": size}
    return HttpResponse(b"x" * size, status=status, headers=headers)


def live(request):
    return HttpResponse(b"ok")


settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="only for measuring", USE_I18N=False
)
urlpatterns = [path("<int:size>/<int:status>/", view), path("health/live", live)]
application = get_wsgi_application()
