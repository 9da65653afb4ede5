"""The channels citizens can use. A new one is a module here and a line in CHANNELS."""

from gateway.channels.base import Channel
from gateway.channels.messenger import MessengerChannel
from gateway.channels.portal import PortalChannel
from gateway.channels.zalo import ZaloChannel

CHANNELS: dict[str, type[Channel]] = {
    PortalChannel.name: PortalChannel,
    ZaloChannel.name: ZaloChannel,
    MessengerChannel.name: MessengerChannel,
}
