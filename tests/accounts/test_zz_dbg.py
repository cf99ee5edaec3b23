import pytest
from tests.factories.accounts import person
from tests import personas
from django.test import Client
@pytest.mark.django_db
def test_x():
    u=person()
    c=Client(); c.post("/nl/account/login/",{"login":u.email,"password":"correct horse battery"})
    r=c.get("/nl/account/second-factor/set-up/")
    print(r.status_code,r.headers.get("Location"))
    t=r.content.decode()
    i=t.find("<main"); print(t[i:i+400]); j=t.find("<code"); print(j,t[j-200:j+300])
    assert 0
