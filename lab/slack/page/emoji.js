/** The few emoji names a chat-ops app writes. */
const EMOJI = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  no_entry: '⛔',
  warning: '⚠️',
  rotating_light: '🚨',
  question: '❓',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  arrow_forward: '▶️',
  double_vertical_bar: '⏸️',
  black_square_for_stop: '⏹️',
  repeat: '🔁',
  eyes: '👀',
  lock: '🔒',
  memo: '📝',
  page_facing_up: '📄',
  tada: '🎉',
  thumbsup: '👍',
  '+1': '👍',
  wave: '👋',
  robot_face: '🤖',
  red_circle: '🔴',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
}

export function emoji(name) {
  return EMOJI[name]
}
