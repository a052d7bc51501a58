package org.hikyaku.web;

import java.nio.charset.StandardCharsets;

/** What a request is answered. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Answered(int status, String type, byte[] body) {
    static final String HTML = "text/html; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static Answered html(String page) {
        return new Answered(200, HTML, page.getBytes(StandardCharsets.UTF_8));
    }

    static Answered text(int status, String text) {
        return new Answered(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
