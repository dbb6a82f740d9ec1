// Asked before each order is written, by whatever way: it refuses what cannot be delivered, and says what it costs.
export const config = {
  permissions: { as: "system", actions: ["read"], collections: ["products"] },
  before: [{ collection: "orders", events: ["create"] }],
};

export default async ({ writes, db }) => {
  const ids = [...new Set(writes.map(({ data }) => data.product))];
  const { data: products } = await db.list("products", { filter: { id: { _in: ids } }, limit: 1000 });
  return writes.map(({ data: { product, count, email } }) => {
    const found = products.find(({ id }) => id === product);
    if (!found) return refuse("product", "there is no such product");
    if (count < 1) return refuse("count", "must be 1 or more");
    if (count > found.left) return refuse("count", `only ${found.left} are left`);
    if (!/^\S+@\S+\.\S+$/.test(email)) return refuse("email", "must be an address such as ann@example.com");
    // Whatever the request says of these.
    return { set: { total: found.price * count, state: "new", payment: null } };
  });
};

const refuse = (field, message) => ({ refuse: { field, message } });
