-- What is known of one call or chat? The filters name the project and it.
select *
from $rows
where $filters
limit 1
