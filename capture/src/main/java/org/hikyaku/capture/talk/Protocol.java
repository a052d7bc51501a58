package org.hikyaku.capture.talk;

/** What is spoken on a connection. */
public enum Protocol {
    UNKNOWN("-"),
    SMTP("SMTP"),
    IMAP("IMAP"),
    POP3("POP3"),
    HTTP1("HTTP/1.1"),
    HTTP2("HTTP/2"),
    OTHER("data");

    private final String title;

    Protocol(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
