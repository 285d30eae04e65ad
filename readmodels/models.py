"""What staff are told of the shop's visitors, as Django knows it."""

from django.db import models

from readmodels.search import terms


class SearchTerm(models.Model):
    """What was searched for: nobody's in particular."""

    text = models.CharField("searched for", primary_key=True, db_column="_id", max_length=terms.LONGEST)
    asked = models.IntegerField("times asked")
    found_nothing = models.IntegerField("times nothing came")
    last_asked = models.DateTimeField()

    class Meta:
        managed = False
        db_table = terms.NAME
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
