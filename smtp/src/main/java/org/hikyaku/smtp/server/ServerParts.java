package org.hikyaku.smtp.server;

/**
 * Who a server asks, tells, and gives mails to.
 *
 * @param policy who may send what to whom
 * @param sink keeps mails
 * @param logins who a user is
 * @param tls the TLS that is offered
 * @param events is told what happens
 */
public record ServerParts(MailPolicy policy, MailSink sink, Logins logins, ServerTls tls, ServerEvents events) {}
