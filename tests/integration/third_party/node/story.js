// What a program with node-quickbooks does, told as JSON: connect, create, query, update, batch, changes, delete.
// Arguments: the simulator's address, a realm id and a refresh token.
'use strict'

const { createRequire } = require('node:module')
const path = require('node:path')
const { promisify } = require('node:util')

// The library's directory is not beside this file.
const QuickBooks = createRequire(path.join(process.env.THIRD_PARTY_MODULES, 'x.js'))('node-quickbooks')

async function connected (url, realmId, refreshToken) {
  QuickBooks.V3_ENDPOINT_BASE_URL = `${url}/v3/company/`
  QuickBooks.TOKEN_URL = `${url}/oauth2/v1/tokens/bearer`
  QuickBooks.REVOKE_URL = `${url}/v2/oauth2/tokens/revoke`
  const qbo = new QuickBooks(
    'ledgerlink-local', 'ledgerlink-local-secret', null, false, realmId, true, false, 75, '2.0', refreshToken
  )
  await promisify(qbo.refreshAccessToken.bind(qbo))()
  return qbo
}

function order (vendorId, itemId, quantity, price) {
  return {
    VendorRef: { value: vendorId },
    Line: [{
      Amount: quantity * price,
      DetailType: 'ItemBasedExpenseLineDetail',
      ItemBasedExpenseLineDetail: { ItemRef: { value: itemId }, Qty: quantity, UnitPrice: price }
    }]
  }
}

const codeOf = error => {
  const body = error.response ? error.response.data : error
  return body.Fault ? body.Fault.Error[0].code : String(error)
}

async function tell (qbo) {
  const call = name => (...given) => promisify(qbo[name].bind(qbo))(...given)
  const refused = (name, ...given) => call(name)(...given).then(() => null, codeOf)
  const story = {}
  const since = new Date(Date.now() - 60_000)
  const item = (await call('findItems')({ limit: 1, asc: 'Id' })).QueryResponse.Item[0]

  const vendor = await call('createVendor')({ DisplayName: "O'Brien & Söhne", requestId: 'vendor-1' })
  const repeated = await call('createVendor')({ DisplayName: "O'Brien & Söhne", requestId: 'vendor-1' })
  const made = await call('createPurchaseOrder')(order(vendor.Id, item.Id, 3, 12.5))
  story.created = { vendor: vendor.Id, order: made.Id, total: made.TotalAmt }
  story.repeated = repeated.Id
  story.twice = await refused('createVendor', { DisplayName: "o'brien & söhne" })

  const rows = async (name, criteria, kind) => (await call(name)(criteria)).QueryResponse[kind] || []
  story.found = (await rows('findVendors', { DisplayName: "O'Brien & Söhne" }, 'Vendor')).map(row => row.Id)
  const criteria = [{ field: 'Id', value: [made.Id, '999999'], operator: 'IN' }]
  story.chosen = (await rows('findPurchaseOrders', criteria, 'PurchaseOrder')).map(row => row.Id)
  const like = [{ field: 'DisplayName', value: 'O%', operator: 'LIKE' }, { count: true }]
  story.counted = (await call('findVendors')(like)).QueryResponse.totalCount
  const all = await rows('findAccounts', { fetchAll: true, limit: 7, asc: 'Id' }, 'Account')
  story.accounts = new Set(all.map(row => row.Id)).size === all.length &&
    all.length === (await call('findAccounts')([{ count: true }])).QueryResponse.totalCount

  const changed = await call('updatePurchaseOrder')({ Id: made.Id, SyncToken: '0', PrivateNote: 'Changed', ...order(vendor.Id, item.Id, 3, 12.5) })
  story.updated = changed.SyncToken
  story.stale = await refused('updatePurchaseOrder', { Id: made.Id, SyncToken: '0', PrivateNote: 'Late', ...order(vendor.Id, item.Id, 3, 12.5) })

  const items = ['First', 'First', 'Second'].map((name, number) => (
    { bId: `b${number}`, operation: 'create', Vendor: { DisplayName: name } }
  ))
  items.push({ bId: 'question', Query: "select * from Vendor where DisplayName = 'Second'" })
  const { BatchItemResponse: answers } = await call('batch')(items)
  story.batch = {
    made: answers.filter(answer => answer.Vendor).map(answer => answer.Vendor.DisplayName),
    faults: answers.filter(answer => answer.Fault).map(answer => answer.Fault.Error[0].code),
    asked: answers.filter(answer => answer.QueryResponse).length
  }

  const gone = await call('createPurchaseOrder')(order(vendor.Id, item.Id, 1, 1))
  await call('deletePurchaseOrder')(gone.Id)
  const { CDCResponse: [{ QueryResponse: changes }] } = await call('changeDataCapture')(['Vendor', 'PurchaseOrder'], since)
  story.changes = {
    vendors: changes[0].Vendor.map(row => row.DisplayName).sort(),
    orders: changes[1].PurchaseOrder.filter(row => !row.status).map(row => row.Id),
    deleted: changes[1].PurchaseOrder.filter(row => row.status === 'Deleted').map(row => row.Id)
  }
  story.gone = gone.Id
  story.read = await refused('getPurchaseOrder', gone.Id)

  await call('refreshAccessToken')()
  story.refreshed = (await call('getCompanyInfo')(qbo.realmId)).CompanyName
  await call('revokeAccess')(true)
  story.revoked = qbo.token === null
  return story
}

connected(...process.argv.slice(2)).then(tell).then(
  story => console.log(JSON.stringify(story)),
  error => { console.error(codeOf(error), error.stack); process.exitCode = 1 }
)
