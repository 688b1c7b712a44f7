-- On which days did the events come? An id tells its arrival (metrone.intake.ids): milliseconds since 2024 above 22 bits. An event is
-- taken up to 30 days after its own time, which is what the table is ordered by.
select toDate(fromUnixTimestamp64Milli(toInt64(bitShiftRight(event_id, 22)) + 1704067200000, 'UTC')) as day, count() as events
from events
where project_no = {project_no:UInt32}
    and timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') - interval 31 day
    and event_id >= bitShiftLeft(toUInt64({since:Int64} - 1704067200000), 22)
group by day
