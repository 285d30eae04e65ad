"""What staff are told of the shop's visitors, as Django knows it."""

from django.db import models

from readmodels import search_terms


class SearchTerm(models.Model):
    """What was searched for: nobody's in particular."""

    text = models.CharField("searched for", primary_key=True, db_column="_id", max_length=search_terms.LONGEST)
    asked = models.IntegerField("times asked")
    found_nothing = models.IntegerField("times nothing came")
    last_asked = models.DateTimeField()

    class Meta:
        managed = False
        db_table = search_terms.NAME
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
