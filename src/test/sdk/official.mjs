// Amazon's own SDK for Node.
import { ListingsitemsSpApi, NotificationsSpApi, OrdersSpApi, ScopeConstants } from '@amazon-sp-api-release/amazon-sp-api-sdk-js'

const host = 'https://sellingpartnerapi-na.amazon.com'

export default async ({ key, seller, skus, marketplaceIds, path, say }) => {
  const items = new ListingsitemsSpApi.ApiClient(host)
  items.enableAutoRetrievalAccessToken('any', key, key, null)
  for (const sku of skus) {
    say('official', 'sku', await new ListingsitemsSpApi.ListingsApi(items).getListingsItem(seller, sku, marketplaceIds))
  }
  const orders = new OrdersSpApi.ApiClient(host)
  orders.enableAutoRetrievalRestrictedDataToken('any', key, key, null)
  say('official', 'restricted', await new OrdersSpApi.OrdersV0Api(orders).getOrderAddress('902-1'))
  const notifications = new NotificationsSpApi.ApiClient(host)
  notifications.enableAutoRetrievalAccessToken('any', key, null, ScopeConstants.SCOPE_NOTIFICATION_API)
  say('official', 'grantless', await new NotificationsSpApi.NotificationsApi(notifications).getDestinations())
}
