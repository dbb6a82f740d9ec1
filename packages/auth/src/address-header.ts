/** In which better-auth finds the client's address. What a caller sends under this name is removed. */
export const ADDRESS_HEADER = "x-plinth-remote-address";
