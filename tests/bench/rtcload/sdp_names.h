/** @file
 * URIs of header extensions, between sdp_read.c and sdp_write.c. */
#ifndef RTCLOAD_SDP_NAMES_H
#define RTCLOAD_SDP_NAMES_H

#define MID_URI "urn:ietf:params:rtp-hdrext:sdes:mid"
#define TWCC_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

#endif
