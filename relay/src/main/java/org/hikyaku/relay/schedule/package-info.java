/**
 * When and by whom mail in the queue is delivered. {@link org.hikyaku.relay.schedule.Scheduler} takes parcels whose time has
 * come, has them carried, each on a virtual thread of its own, and writes down what became of each recipient; {@link
 * org.hikyaku.relay.schedule.RetrySchedule} says when a recipient is tried again and when it is given up; {@link
 * org.hikyaku.relay.schedule.Notices} tells the sender. A notice is in the queue before what it tells of is written down: a
 * crash between the two tells it twice, and never not at all.
 */
@NullMarked
package org.hikyaku.relay.schedule;

import org.jspecify.annotations.NullMarked;
