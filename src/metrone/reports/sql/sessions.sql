-- Which sessions are there? Each put together from its rows in `hourly`; the filters begin with the project and hold only what
-- is the same in all rows of a session. Behind its first 16 bytes, which order them, an entry or exit is a path.
(
    select
        $keys,
        any(referrer_domain) as referrer_domain,
        any(traffic_source) as traffic_source,
        any(traffic_channel) as traffic_channel,
        any(utm_source) as utm_source,
        any(utm_medium) as utm_medium,
        any(utm_campaign) as utm_campaign,
        any(utm_term) as utm_term,
        any(utm_content) as utm_content,
        any(country_code) as country_code,
        any(region) as region,
        any(city) as city,
        any(browser) as browser,
        any(os) as os,
        any(device_type) as device_type,
        any(screen) as screen,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        substring(max(entry), 17) as entry,
        substring(max(exit), 17) as exit,
        sum(pageviews) as pageviews,
        sum(interactives) as interactives
    from (select * from hourly where $filters) as h
    group by $grouping
) as s
