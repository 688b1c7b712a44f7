-- What did platforms deliver last? The filters begin with the project; of 30 days, whatever the table still holds.
select delivered_at, platform, endpoint, event, state, result, reason, size_bytes, interaction_key
from deliveries
where $filters
order by delivered_at desc, delivery_no desc
limit {limit:UInt32}
