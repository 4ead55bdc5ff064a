rule "dax-two-nodes" {
  summary    = "DAX cluster has no node to spare"
  principle  = "redundancy"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    Of two nodes one remains when a zone fails, and it carries all reads until the other is back. AWS recommends three in different
    zones for production.
  MD
  fix        = "Set `replication_factor = 3` with a subnet group over three zones."
  notice     = "`CPUUtilization` of the last node rises and `ErrorRequestCount` with it when one fails."
  prove      = "Reboot a node of a test cluster under load, and measure misses and errors."
  references = ["AWS Well-Architected REL10-BP01", "Amazon DynamoDB: DAX cluster components", "prowler dynamodb_accelerator_cluster_multi_az"]

  # One node is the worse defect: datastore-single-node.
  for_each = resources("aws_dax_cluster")
  when     = self.replication_factor == 2
  at       = "replication_factor"
  message  = "`${self}` is left with one node when a zone fails"

  edit "replication_factor" {
    to = 3
  }

  fails "two" {
    resource "aws_dax_cluster" "catalog" {
      cluster_name       = "catalog"
      iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
      node_type          = "dax.r5.large"
      replication_factor = 2
    }
  }

  passes "three" {
    resource "aws_dax_cluster" "catalog" {
      cluster_name       = "catalog"
      iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
      node_type          = "dax.r5.large"
      replication_factor = 3
    }
  }

  passes "one, which is another defect" {
    resource "aws_dax_cluster" "catalog" {
      cluster_name       = "catalog"
      iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
      node_type          = "dax.r5.large"
      replication_factor = 1
    }
  }

  unknown "number is given by the caller" {
    variable "nodes" { type = number }

    resource "aws_dax_cluster" "catalog" {
      cluster_name       = "catalog"
      iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
      node_type          = "dax.r5.large"
      replication_factor = var.nodes
    }
  }
}
