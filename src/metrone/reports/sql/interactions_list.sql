-- Which calls and chats began last? One row each; the filters begin with the project.
select *, toUnixTimestamp64Milli(at) as at_ms
from $rows
where $filters
order by at desc, interaction_key desc
limit {limit:UInt32} offset {offset:UInt32}
