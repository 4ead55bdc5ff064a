rule "redshift-bound-to-zone" {
  summary   = "Redshift cluster cannot leave its zone"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    When the zone fails, the cluster does, until somebody restores a snapshot elsewhere. Relocation lets AWS move it to another
    zone, and it keeps its address.
  MD
  fix       = "Set `availability_zone_relocation_enabled = true`, or `multi_az = true` where reports must go on."
  notice    = "`HealthStatus` is 0 for as long as the zone is out."
  prove     = "Resize or restore a test cluster into another zone, and time it: this is your outage."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config redshift-cluster-multi-az-enabled",
    "Security Hub Redshift.18",
  ]

  # Only nodes of type RA3 can be moved.
  for_each = resources("aws_redshift_cluster")
  unless   = !startswith(default(self.node_type, ""), "ra3.")
  when     = self.multi_az != true && self.availability_zone_relocation_enabled != true
  at       = "availability_zone_relocation_enabled"
  message  = "`${self}` fails with its zone and stays where it is"

  edit "availability_zone_relocation_enabled" {
    to = true
  }

  fails "left out" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "ra3.xlplus"
      number_of_nodes    = 2
    }
  }

  passes "relocation" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                   = "reports"
      node_type                            = "ra3.xlplus"
      number_of_nodes                      = 2
      availability_zone_relocation_enabled = true
    }
  }

  passes "nodes that cannot be moved" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "dc2.large"
      number_of_nodes    = 2
    }
  }

  unknown "decided by a variable without default" {
    variable "relocation" { type = bool }

    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                   = "reports"
      node_type                            = "ra3.xlplus"
      number_of_nodes                      = 2
      availability_zone_relocation_enabled = var.relocation
    }
  }
}
