"""Messages and calls of the coordinator, made at import from the descriptors in contract.bin.

No code is generated, so the package goes with any version of protobuf and grpcio that it names. The descriptors have a
pool of their own: other packages may have files of the same names.
"""
import pathlib

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "pleat.v1"


def _read_pool():
    files = descriptor_pb2.FileDescriptorSet()
    files.ParseFromString(pathlib.Path(__file__).with_name("contract.bin").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:  # each after those that it imports
        pool.AddSerializedFile(file.SerializeToString())
    return pool


_POOL = _read_pool()


def message(name):
    """The class of a message: `message("SubmitRequest")`."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.{name}"))


def enum_name(name, number):
    """The name of an enum's value: `enum_name("SweepState", 2)` is "SWEEP_STATE_FINISHED"."""
    return _POOL.FindEnumTypeByName(f"{PACKAGE}.{name}").values_by_number[number].name


class Stub:
    """The rpcs of a service as methods: each takes a request, and returns a response or an iterator of them."""

    def __init__(self, channel, service):
        for method in _POOL.FindServiceByName(f"{PACKAGE}.{service}").methods:
            make = channel.unary_stream if method.server_streaming else channel.unary_unary
            call = make(f"/{PACKAGE}.{service}/{method.name}",
                        request_serializer=lambda request: request.SerializeToString(),
                        response_deserializer=message_factory.GetMessageClass(method.output_type).FromString)
            setattr(self, method.name, call)
