-- Which deliveries told of one call or chat? The filters name the project and it; the oldest first, of 30 days.
select delivered_at, platform, endpoint, event, state, result, reason, size_bytes, interaction_key
from deliveries
where $filters
order by delivered_at, delivery_no
limit 1000
