-- Which words of one call or chat does the project keep? The filters name the project and it.
select summary, transcript
from talks final
where $filters and kept_until > now()
limit 1
