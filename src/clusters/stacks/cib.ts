import { bad, good, type Result } from '../../problem.ts'
import { attribute, childOf, notUnderstood, readXml, type XmlElement } from './xml.ts'

/** The cluster information base of one node, as Heartbeat 2 and Pacemaker write it. */
export interface CibDocument {
  readonly root: XmlElement
  readonly configuration: XmlElement
  readonly status: XmlElement
  /** `admin_epoch.epoch`: what a person or a tool configured; `num_updates` moves with every monitor and is left out. */
  readonly version: string
}

/** Reads what `cibadmin -Q` printed on a node. */
export function readCibDocument(text: string, node: string): Result<CibDocument> {
  const what = `the CIB from ${node}`
  const document = readXml(text, ['cib'], what)
  if (!document.ok) return document
  const root = document.value
  const configuration = childOf(root, 'configuration')
  const status = childOf(root, 'status')
  if (!configuration) return bad(notUnderstood(what, '<configuration> is missing'))
  if (!status) return bad(notUnderstood(what, '<status> is missing'))
  const epochs = [attribute(root, 'admin_epoch'), attribute(root, 'epoch')]
  if (!epochs.every(epoch => /^\d+$/.test(epoch)))
    return bad(notUnderstood(what, 'its version (admin_epoch, epoch) is missing'))
  return good({ root, configuration, status, version: epochs.join('.') })
}
