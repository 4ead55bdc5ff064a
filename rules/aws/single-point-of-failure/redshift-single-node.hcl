rule "redshift-single-node" {
  summary    = "Redshift cluster has a single node"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Nothing answers while AWS replaces the only node. Nodes with disks of their own have no second copy of the data either: it comes
    back from a snapshot, without what was loaded since.
  MD
  fix        = "Set `cluster_type = \"multi-node\"` and `number_of_nodes` to at least 2."
  notice     = "`HealthStatus` is 0 while the node is replaced."
  prove      = "Reboot a test cluster, and time how long queries fail."
  references = ["AWS Well-Architected REL10-BP01", "Amazon Redshift: clusters and nodes"]

  for_each = resources("aws_redshift_cluster")
  when     = self.cluster_type == "single-node" || default(self.number_of_nodes, 1) == 1
  at       = "number_of_nodes"
  message  = "`${self}` has one node, and answers nobody while that is replaced"

  fails "one by default" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                   = "reports"
      node_type                            = "ra3.large"
      availability_zone_relocation_enabled = true
    }
  }

  fails "said to be one" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                   = "reports"
      node_type                            = "ra3.large"
      cluster_type                         = "single-node"
      availability_zone_relocation_enabled = true
    }
  }

  passes "two" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "ra3.large"
      cluster_type       = "multi-node"
      number_of_nodes    = 2
    }
  }

  unknown "number is given by the caller" {
    variable "nodes" { type = number }

    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "ra3.large"
      number_of_nodes    = var.nodes
    }
  }
}
