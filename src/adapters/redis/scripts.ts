/**
 * APPEND is the compare-and-set of the journal: entries get explicit ids `seq-0`, so a command that ioredis sends twice finds its own
 * entries in place and succeeds (queue-and-redis.md §2.3).
 * KEYS: stream, feed, active, numbers, counter. ARGV: run, number, expected length, "1" when nothing more follows in this run, hash of the
 * entry before, then one JSON per entry, its hash last in it.
 * Returns 1 written, 2 already there, 0 somebody else's entries are there or earlier ones are missing.
 */
const APPENDING = `
local function append(first)
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local length = 0
  if #last > 0 then length = tonumber(string.match(last[1][1], '^(%d+)')) end
  local expected = tonumber(ARGV[3])
  if length ~= expected then
    for i = first, #ARGV do
      local id = (expected + i - first + 1) .. '-0'
      local there = redis.call('XRANGE', KEYS[1], id, id)
      if #there == 0 or there[1][2][2] ~= ARGV[i] then return 0 end
    end
    return 2
  end
  if length > 0 and string.match(last[1][2][2], '"hash":"(%x+)"}$') ~= ARGV[5] then return 0 end
  for i = first, #ARGV do
    redis.call('XADD', KEYS[1], (expected + i - first + 1) .. '-0', 'e', ARGV[i])
  end
  redis.call('ZADD', KEYS[4], 'NX', ARGV[2], ARGV[1])
  if tonumber(redis.call('GET', KEYS[5]) or '0') < tonumber(ARGV[2]) then redis.call('SET', KEYS[5], ARGV[2]) end
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', 'run', ARGV[1])
  if ARGV[4] == '1' then redis.call('SREM', KEYS[3], ARGV[1]) else redis.call('SADD', KEYS[3], ARGV[1]) end
  return 1
end
`

export const APPEND = `${APPENDING}
return append(6)
`

/**
 * RESTORE is APPEND for entries that Redis had forgotten, together with the cluster that the run holds or gave back behind them: nobody
 * sees the one without the other.
 * KEYS: as APPEND, then lease, epoch. ARGV: as APPEND up to the fifth; epoch ("" for a run that never held a cluster), since ("" when it
 * gave it back), highest epoch seen; then one JSON per entry. Returns {as APPEND, run, number} of whoever else has the cluster now.
 */
export const RESTORE = `${APPENDING}
local done = append(9)
if done == 0 or ARGV[6] == '' then return {done} end
if tonumber(redis.call('GET', KEYS[7]) or '0') < tonumber(ARGV[8]) then redis.call('SET', KEYS[7], ARGV[8]) end
local held = redis.call('HMGET', KEYS[6], 'run', 'number', 'epoch')
if ARGV[7] == '' then
  if held[1] == ARGV[1] and tonumber(held[3]) <= tonumber(ARGV[6]) then redis.call('DEL', KEYS[6]) end
  return {done}
end
if held[1] and held[1] ~= ARGV[1] then return {done, held[1], held[2]} end
redis.call('HSET', KEYS[6], 'run', ARGV[1], 'number', ARGV[2], 'since', ARGV[7], 'epoch', ARGV[6])
return {done}
`

/**
 * COMPARE says of entries whether they are there. KEYS: counter, then a stream for each. ARGV: seq and hash for each.
 * Returns {counter, then "has", "lacks" or "differs" for each}. The hash is the last thing in an entry.
 */
export const COMPARE = `
local answer = {redis.call('GET', KEYS[1]) or '0'}
for i = 2, #KEYS do
  local id = ARGV[2 * i - 3] .. '-0'
  local there = redis.call('XRANGE', KEYS[i], id, id)
  if #there == 0 then answer[i] = 'lacks'
  elseif string.match(there[1][2][2], '"hash":"(%x+)"}$') == ARGV[2 * i - 2] then answer[i] = 'has'
  else answer[i] = 'differs' end
end
return answer
`

/** RAISE lets a counter not give away again what it once gave away. KEYS: counter. ARGV: number. Returns where it stands. */
export const RAISE = `
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
if now >= tonumber(ARGV[1]) then return now end
redis.call('SET', KEYS[1], ARGV[1])
return tonumber(ARGV[1])
`

/**
 * OPEN gives a run its number, once per dedupe key.
 * KEYS: dedupe, counter, numbers. ARGV: run, seconds to remember the key, a number known to be given away.
 * Returns {run, number}, or {} from a counter that is behind: it must be raised first.
 */
export const OPEN = `
local known = redis.call('HMGET', KEYS[1], 'run', 'number')
if known[1] then return known end
if tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[3]) then return {} end
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

/**
 * BUMP gives a higher epoch than that of a run that is to be fenced off, and frees the cluster if that run still holds it. The same
 * question, sent again, gets the same answer.
 * KEYS: lease, epoch, bumped. ARGV: run. Returns the new epoch.
 */
export const BUMP = `
local known = redis.call('HMGET', KEYS[3], 'run', 'epoch')
local held = redis.call('HMGET', KEYS[1], 'run', 'epoch')
local own = 0
if held[1] == ARGV[1] then own = tonumber(held[2]) redis.call('DEL', KEYS[1]) end
if known[1] == ARGV[1] and tonumber(known[2]) > own then return tonumber(known[2]) end
local epoch = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), own) + 1
redis.call('SET', KEYS[2], epoch)
redis.call('HSET', KEYS[3], 'run', ARGV[1], 'epoch', epoch)
return epoch
`

/**
 * REGAIN gives a cluster back to the run that held it before Redis forgot. KEYS: lease, epoch. ARGV: run, number, since, epoch.
 * Returns {1, epoch} or {0, run, number, since} of whoever has it now.
 */
export const REGAIN = `
if tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[4]) then redis.call('SET', KEYS[2], ARGV[4]) end
local held = redis.call('HMGET', KEYS[1], 'run', 'number', 'since', 'epoch')
if held[1] == ARGV[1] and tonumber(held[4]) >= tonumber(ARGV[4]) then return {1, held[4]} end
if held[1] and held[1] ~= ARGV[1] then return {0, held[1], held[2], held[3]} end
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'number', ARGV[2], 'since', ARGV[3], 'epoch', ARGV[4])
return {1, ARGV[4]}
`
