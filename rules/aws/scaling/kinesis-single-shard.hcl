rule "kinesis-single-shard" {
  summary    = "Kinesis stream has one shard and cannot grow"
  principle  = "scaling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A shard takes 1 MB or 1000 records a second. What comes on top is refused, and producers that do not try again lose it; with one
    shard there is also no second reader of the same work.
  MD
  fix        = "Set `stream_mode_details { stream_mode = \"ON_DEMAND\" }`, or give the stream the shards of its busiest hour."
  notice     = "`WriteProvisionedThroughputExceeded` rises at 1 MiB or 1,000 records a second."
  prove      = "Write 2,000 records a second to a test stream, and count the refusals."
  references = ["AWS Well-Architected REL07-BP01", "Amazon Kinesis Data Streams: quotas and limits"]

  # Something that changes the number of shards from outside is told about the stream.
  for_each = resources("aws_kinesis_stream")
  unless   = self.stream_mode_details[0].stream_mode == "ON_DEMAND" || length(referrers(self, "refers", "aws_appautoscaling_target")) > 0
  when     = self.shard_count == 1
  at       = "shard_count"
  message  = "`${self}` refuses what exceeds 1 MB or 1000 records a second"

  fails "one shard" {
    resource "aws_kinesis_stream" "clicks" {
      name        = "clicks"
      shard_count = 1
    }
  }

  passes "on demand" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"

      stream_mode_details {
        stream_mode = "ON_DEMAND"
      }
    }
  }

  passes "several shards" {
    resource "aws_kinesis_stream" "clicks" {
      name        = "clicks"
      shard_count = 4
    }
  }

  unknown "number is given by the caller" {
    variable "shards" { type = number }

    resource "aws_kinesis_stream" "clicks" {
      name        = "clicks"
      shard_count = var.shards
    }
  }
}
