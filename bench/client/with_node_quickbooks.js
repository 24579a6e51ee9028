// node-quickbooks: its fetchAll, its finders, its batches of 30.
'use strict'

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const { promisify } = require('node:util')

// The library's directory is not beside this file.
const QuickBooks = createRequire(path.join(process.env.THIRD_PARTY_MODULES, 'x.js'))('node-quickbooks')

function connected (job) {
  QuickBooks.V3_ENDPOINT_BASE_URL = `${job.url}/v3/company/`
  const qbo = new QuickBooks(
    'ledgerlink-local', 'ledgerlink-local-secret', job.access_token, false, job.realm_id, true, false, 75, '2.0', null
  )
  return name => promisify(qbo[name].bind(qbo))
}

async function pull (call) {
  const { QueryResponse } = await call('findInvoices')({ fetchAll: true, limit: 1000, asc: 'Id' })
  const rows = QueryResponse.Invoice || []
  return { documents: rows.length, distinct: new Set(rows.map(row => row.Id)).size }
}

async function push (call, job) {
  const all = async (name, kind, property) => {
    const { QueryResponse } = await call(name)({ fetchAll: true, limit: 1000, asc: 'Id' })
    return new Map((QueryResponse[kind] || []).map(row => [row[property], row.Id]))
  }
  const vendors = await all('findVendors', 'Vendor', 'DisplayName')
  const items = await all('findItems', 'Item', 'Name')
  const made = []
  for (let start = 0; start < job.orders.length; start += 30) {
    const part = job.orders.slice(start, start + 30).map((order, position) => ({
      bId: String(position),
      operation: 'create',
      PurchaseOrder: body(order, vendors, items)
    }))
    const { BatchItemResponse } = await call('batch')(part)
    made.push(...BatchItemResponse.filter(answer => answer.PurchaseOrder).map(answer => answer.PurchaseOrder.Id))
  }
  return { documents: made.length, distinct: new Set(made).size }
}

function body (order, vendors, items) {
  return {
    DocNumber: order.number,
    VendorRef: { value: vendors.get(order.vendor) },
    Line: order.lines.map(line => ({
      DetailType: 'ItemBasedExpenseLineDetail',
      Amount: line.quantity * line.price,
      ItemBasedExpenseLineDetail: {
        ItemRef: { value: items.get(line.item) }, Qty: line.quantity, UnitPrice: line.price
      }
    }))
  }
}

async function main () {
  const job = JSON.parse(fs.readFileSync(0, 'utf8'))
  const call = connected(job)
  const started = process.hrtime.bigint()
  const answer = await { pull, push }[process.argv[2]](call, job)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  console.log(JSON.stringify({ ...answer, seconds }))
}

main().catch(error => {
  console.error(error.response ? JSON.stringify(error.response.data) : error)
  process.exitCode = 1
})
