package org.hikyaku.cli;

import java.util.Locale;

/** The layers that a mail goes through on its way from a client into a server, outermost first. */
enum Layer {
    /** The server's name has no address, or that cannot be found out. */
    NAME("the name"),
    /** No answer: no route, or a filter on the way swallows the packets. */
    ROUTE("the route"),
    /** The machine is there and nothing listens at the port. */
    REFUSED("the TCP connection"),
    /** A connection, and no SMTP greeting, or one that turns us away. */
    GREETING("the greeting"),
    STARTTLS("STARTTLS"),
    TLS("the TLS handshake"),
    /** TLS works, and nobody vouches for the server's certificate. */
    CERTIFICATE("the certificate"),
    LOGIN("the login"),
    SENDER("the sender"),
    RECIPIENT("the recipients"),
    CONTENT("the mail itself"),
    /** A command of the user's own was refused. */
    COMMAND("a command");

    private final String title;

    Layer(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** For programs; a promise. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
