"""Who may sign in and in which role of which tenant. Promises: the tenant of a request comes from a membership or a token,
never from the request; two sign-ins of one human are one person wherever four eyes are asked for."""
