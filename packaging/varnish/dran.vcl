# Varnish in front of dran: the public state of the lines and the assets from the cache, all else through.
vcl 4.1;

backend dran {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 130s;
    .max_connections = 512;
}

sub vcl_recv {
    if (req.method == "GET" && (req.url == "/line.json" || req.url ~ "^/assets/")) {
        # The same for everybody: whoever asks.
        unset req.http.Cookie;
        return (hash);
    }
    # Pages and calls are somebody's own.
    return (pass);
}

sub vcl_backend_response {
    if (bereq.url == "/line.json") {
        # A second, as dran says. Who asks while it is fetched gets the one before; dran may be away for a
        # minute before anybody notices. All waiting clients share one fetch: Varnish's own rule.
        set beresp.ttl = 1s;
        set beresp.grace = 60s;
    }
    # dran sends gzip if asked; Varnish asks for it and unpacks for the few who do not take it.
}
