// Calls of three SDKs, unmodified: SKUs of all kinds, a round trip with a Restricted Data Token, a grantless call, and more.
// A line of JSON for each: what was done, and what the SDK made of the answer.
import { createRequire } from 'node:module'
import official from './official.mjs'

const require = createRequire(import.meta.url)
const { KEY: key, SELLER: seller } = process.env
const skus = JSON.parse(process.env.SKUS)
const marketplaceIds = ['ATVPDKIKX0DER']
const path = '/orders/v0/orders/902-1/address'
const restrictedResources = [{ method: 'GET', path }]
const say = (sdk, what, result) => console.log(JSON.stringify({ sdk, what, result }))

async function amazonSpApi () {
  const SellingPartner = require('amazon-sp-api')
  const client = new SellingPartner({
    region: 'na',
    refresh_token: key,
    credentials: { SELLING_PARTNER_APP_CLIENT_ID: 'any', SELLING_PARTNER_APP_CLIENT_SECRET: key }
  })
  for (const sku of skus) {
    const item = { operation: 'listingsItems.getListingsItem', path: { sellerId: seller, sku }, query: { marketplaceIds } }
    say('amazon-sp-api', 'sku', await client.callAPI({ ...item, options: { version: '2021-08-01' } }))
  }
  const { restrictedDataToken } = await client.callAPI({ operation: 'tokens.createRestrictedDataToken', body: { restrictedResources } })
  say('amazon-sp-api', 'restricted', await client.callAPI({ api_path: path, method: 'GET', restricted_data_token: restrictedDataToken }))
  say('amazon-sp-api', 'grantless', await client.callAPI({ operation: 'notifications.getDestinations' }))
}

async function spApiSdk () {
  const { SellingPartnerApiAuth } = await import('@sp-api-sdk/auth')
  const { ListingsItemsApiClient } = await import('@sp-api-sdk/listings-items-api-2021-08-01')
  const { TokensApiClient } = await import('@sp-api-sdk/tokens-api-2021-03-01')
  const { OrdersApiClient } = await import('@sp-api-sdk/orders-api-v0')
  const { NotificationsApiClient } = await import('@sp-api-sdk/notifications-api-v1')
  const auth = new SellingPartnerApiAuth({ clientId: 'any', clientSecret: key, refreshToken: key })
  const items = new ListingsItemsApiClient({ auth, region: 'na' })
  for (const sku of skus) {
    say('@sp-api-sdk', 'sku', (await items.getListingsItem({ sellerId: seller, sku, marketplaceIds })).data)
  }
  const tokens = new TokensApiClient({ auth, region: 'na' })
  const { restrictedDataToken } = (await tokens.createRestrictedDataToken({ body: { restrictedResources } })).data
  const orders = new OrdersApiClient({ auth, region: 'na', restrictedDataToken })
  say('@sp-api-sdk', 'restricted', (await orders.getOrderAddress({ orderId: '902-1' })).data)
  const scopes = ['sellingpartnerapi::notifications']
  const grantless = new SellingPartnerApiAuth({ clientId: 'any', clientSecret: key, scopes })
  say('@sp-api-sdk', 'grantless', (await new NotificationsApiClient({ auth: grantless, region: 'na' }).getDestinations()).data)
}

for (const sdk of [amazonSpApi, spApiSdk, () => official({ key, seller, skus, marketplaceIds, path, say })]) {
  await sdk()
}
