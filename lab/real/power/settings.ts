import type { Seat } from '../names.ts'

export interface BmcSettings {
  readonly seat: Seat
  readonly user: string
  readonly password: string
  readonly powerSwitch: string
}

/** ipmi_lan(5): one LAN interface, one user who may do everything. */
export function bmcSettings({ seat, user, password, powerSwitch }: BmcSettings): string {
  return `name "${seat.name}"
set_working_mc 0x20
startlan 1
  addr ${seat.bmcAddress} 623
  priv_limit admin
  allowed_auths_callback md5
  allowed_auths_user md5
  allowed_auths_operator md5
  allowed_auths_admin md5
  guid ${String(seat.number).padStart(32, '0')}
endlan
chassis_control "/bin/sh ${powerSwitch} ${seat.name}"
user 2 true "${user}" "${password}" admin 10
`
}

/** ipmi_sim_cmd(5): a BMC and nothing else. */
export const EMULATION = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
`
