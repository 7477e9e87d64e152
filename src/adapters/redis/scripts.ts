/**
 * APPEND is the compare-and-set of the journal: entries get explicit ids `seq-0`, so a command that ioredis sends twice finds its own
 * entries in place and succeeds (queue-and-redis.md §2.3).
 * KEYS: stream, feed, active. ARGV: run, expected length, "1" when nothing more follows in this run, then one JSON per entry.
 * Returns 1 written, 2 already there, 0 somebody else's entries are there.
 */
export const APPEND = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local length = 0
if #last > 0 then length = tonumber(string.match(last[1][1], '^(%d+)')) end
local expected = tonumber(ARGV[2])
if length ~= expected then
  for i = 4, #ARGV do
    local id = (expected + i - 3) .. '-0'
    local there = redis.call('XRANGE', KEYS[1], id, id)
    if #there == 0 or there[1][2][2] ~= ARGV[i] then return 0 end
  end
  return 2
end
for i = 4, #ARGV do
  redis.call('XADD', KEYS[1], (expected + i - 3) .. '-0', 'e', ARGV[i])
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', 'run', ARGV[1])
if ARGV[3] == '1' then redis.call('SREM', KEYS[3], ARGV[1]) else redis.call('SADD', KEYS[3], ARGV[1]) end
return 1
`

/**
 * OPEN gives a run its number, once per dedupe key.
 * KEYS: dedupe, counter, numbers. ARGV: run, seconds to remember the key. Returns {run, number}.
 */
export const OPEN = `
local known = redis.call('HMGET', KEYS[1], 'run', 'number')
if known[1] then return known end
local number = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'number', number)
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[3], number, ARGV[1])
return {ARGV[1], tostring(number)}
`

/**
 * TAKE gives a cluster to one run. The epoch only ever grows; taking again what one holds changes nothing.
 * KEYS: lease, epoch. ARGV: run, number, since. Returns {1, epoch} or {0, run, number, since}.
 */
export const TAKE = `
local held = redis.call('HMGET', KEYS[1], 'run', 'number', 'since', 'epoch')
if held[1] == ARGV[1] then return {1, held[4]} end
if held[1] then return {0, held[1], held[2], held[3]} end
local epoch = tostring(redis.call('INCR', KEYS[2]))
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'number', ARGV[2], 'since', ARGV[3], 'epoch', epoch)
return {1, epoch}
`

/** RELEASE frees a cluster if this run still holds it at this epoch. KEYS: lease. ARGV: run, epoch. */
export const RELEASE = `
local held = redis.call('HMGET', KEYS[1], 'run', 'epoch')
if held[1] == ARGV[1] and held[2] == ARGV[2] then return redis.call('DEL', KEYS[1]) end
return 0
`
