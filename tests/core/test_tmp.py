import pytest
from civicthread.core.models import Actor
from wagtail.models import Site
@pytest.mark.django_db
def test_a(): 
    Actor.objects.create(); assert Actor.objects.count()>=1
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n", range(5))
def test_b(n):
    assert Site.objects.count()==1; c=Actor.objects.count(); Actor.objects.create(); assert c<=1
